/**
 * @generated SignedSource<<367f114424330dd7fcf6ea683c1dc42b>>
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

import type { ReaderFragment } from 'relay-runtime';
export type BackupStatus = "CANCELLED" | "CANCELLING" | "FAILED" | "QUEUED" | "RUNNING" | "SKIPPED" | "SUCCEEDED" | "SUCCEEDED_WITH_WARNINGS" | "UNKNOWN" | "%future added value";
import type { FragmentRefs } from "relay-runtime";
export type Backup_backup$data = {
  readonly entity: {
    readonly id: string;
    readonly name: string;
  } | null | undefined;
  readonly id: string;
  readonly status: BackupStatus;
  readonly " $fragmentType": "Backup_backup";
};
export type Backup_backup$key = {
  readonly " $data"?: Backup_backup$data;
  readonly " $fragmentSpreads": FragmentRefs<"Backup_backup">;
};

import BackupRefetchQuery_graphql from './BackupRefetchQuery.graphql';

const node: ReaderFragment = (function(){
var v0 = {
  "alias": null,
  "args": null,
  "kind": "ScalarField",
  "name": "id",
  "storageKey": null
};
return {
  "argumentDefinitions": [],
  "kind": "Fragment",
  "metadata": {
    "refetch": {
      "connection": null,
      "fragmentPathInResult": [
        "node"
      ],
      "operation": BackupRefetchQuery_graphql,
      "identifierInfo": {
        "identifierField": "id",
        "identifierQueryVariableName": "id"
      }
    }
  },
  "name": "Backup_backup",
  "selections": [
    {
      "alias": null,
      "args": null,
      "kind": "ScalarField",
      "name": "status",
      "storageKey": null
    },
    {
      "alias": null,
      "args": null,
      "concreteType": null,
      "kind": "LinkedField",
      "name": "entity",
      "plural": false,
      "selections": [
        (v0/*:: as any*/),
        {
          "alias": null,
          "args": null,
          "kind": "ScalarField",
          "name": "name",
          "storageKey": null
        }
      ],
      "storageKey": null
    },
    (v0/*:: as any*/)
  ],
  "type": "Backup",
  "abstractKey": "__isBackup"
};
})();

(node as any).hash = "e727341eb26803f54a8294f0a2e1466d";

export default node;
