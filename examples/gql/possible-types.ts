
      export interface PossibleTypesResultData {
        possibleTypes: {
          [key: string]: string[]
        }
      }
      const result: PossibleTypesResultData = {
  "possibleTypes": {
    "Backup": [
      "BorgBackup",
      "FlosumBackup",
      "LabiiBackup",
      "VProtectBackup"
    ],
    "BackupChangeEvent": [
      "BackupFinished",
      "BackupStarted",
      "BackupUpdated",
      "StreamGap",
      "StreamStalled"
    ],
    "BackupLogEvent": [
      "BackupFinished",
      "LogLinesAppended",
      "StreamGap",
      "StreamStalled"
    ],
    "BackupProgressEvent": [
      "BackupFinished",
      "BackupUpdated",
      "StreamStalled"
    ],
    "Node": [
      "AuditEntry",
      "BorgBackup",
      "BorgRepository",
      "FlosumBackup",
      "LabiiBackup",
      "LabiiOrganization",
      "Operation",
      "Provider",
      "SalesforceOrg",
      "VProtectBackup",
      "VProtectEntity"
    ],
    "ProtectedEntity": [
      "BorgRepository",
      "LabiiOrganization",
      "SalesforceOrg",
      "VProtectEntity"
    ],
    "StreamEvent": [
      "BackupFinished",
      "BackupStarted",
      "BackupUpdated",
      "LogLinesAppended",
      "StreamGap",
      "StreamStalled"
    ],
    "_Entity": [
      "AuditEntry",
      "BorgBackup",
      "BorgRepository",
      "FlosumBackup",
      "LabiiBackup",
      "LabiiOrganization",
      "Operation",
      "Provider",
      "SalesforceOrg",
      "VProtectBackup",
      "VProtectEntity"
    ]
  }
};
      export default result;
    