/**
 * @generated SignedSource<<edc3a911e56d15a58e50aa595bec8828>>
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

import type { ConcreteRequest } from 'relay-runtime';
export type BackupStatus = "CANCELLED" | "CANCELLING" | "FAILED" | "QUEUED" | "RUNNING" | "SKIPPED" | "SUCCEEDED" | "SUCCEEDED_WITH_WARNINGS" | "UNKNOWN" | "%future added value";
export type LogSubscription$variables = {
  after?: string | null | undefined;
  id: string;
};
export type LogSubscription$data = {
  readonly backupLog: {
    readonly backup?: {
      readonly status: BackupStatus;
    };
    readonly cursor?: string;
    readonly lines?: ReadonlyArray<{
      readonly text: string;
    }>;
  };
};
export type LogSubscription = {
  response: LogSubscription$data;
  variables: LogSubscription$variables;
};

const node: ConcreteRequest = (function(){
var v0 = {
  "defaultValue": null,
  "kind": "LocalArgument",
  "name": "after"
},
v1 = {
  "defaultValue": null,
  "kind": "LocalArgument",
  "name": "id"
},
v2 = [
  {
    "kind": "Variable",
    "name": "after",
    "variableName": "after"
  },
  {
    "kind": "Variable",
    "name": "id",
    "variableName": "id"
  }
],
v3 = {
  "kind": "InlineFragment",
  "selections": [
    {
      "alias": null,
      "args": null,
      "kind": "ScalarField",
      "name": "cursor",
      "storageKey": null
    }
  ],
  "type": "StreamEvent",
  "abstractKey": "__isStreamEvent"
},
v4 = {
  "kind": "InlineFragment",
  "selections": [
    {
      "alias": null,
      "args": null,
      "concreteType": "LogLine",
      "kind": "LinkedField",
      "name": "lines",
      "plural": true,
      "selections": [
        {
          "alias": null,
          "args": null,
          "kind": "ScalarField",
          "name": "text",
          "storageKey": null
        }
      ],
      "storageKey": null
    }
  ],
  "type": "LogLinesAppended",
  "abstractKey": null
},
v5 = {
  "alias": null,
  "args": null,
  "kind": "ScalarField",
  "name": "status",
  "storageKey": null
},
v6 = {
  "alias": null,
  "args": null,
  "kind": "ScalarField",
  "name": "__typename",
  "storageKey": null
};
return {
  "fragment": {
    "argumentDefinitions": [
      (v0/*:: as any*/),
      (v1/*:: as any*/)
    ],
    "kind": "Fragment",
    "metadata": null,
    "name": "LogSubscription",
    "selections": [
      {
        "alias": null,
        "args": (v2/*:: as any*/),
        "concreteType": null,
        "kind": "LinkedField",
        "name": "backupLog",
        "plural": false,
        "selections": [
          (v3/*:: as any*/),
          (v4/*:: as any*/),
          {
            "kind": "InlineFragment",
            "selections": [
              {
                "alias": null,
                "args": null,
                "concreteType": null,
                "kind": "LinkedField",
                "name": "backup",
                "plural": false,
                "selections": [
                  (v5/*:: as any*/)
                ],
                "storageKey": null
              }
            ],
            "type": "BackupFinished",
            "abstractKey": null
          }
        ],
        "storageKey": null
      }
    ],
    "type": "Subscription",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": [
      (v1/*:: as any*/),
      (v0/*:: as any*/)
    ],
    "kind": "Operation",
    "name": "LogSubscription",
    "selections": [
      {
        "alias": null,
        "args": (v2/*:: as any*/),
        "concreteType": null,
        "kind": "LinkedField",
        "name": "backupLog",
        "plural": false,
        "selections": [
          (v6/*:: as any*/),
          (v3/*:: as any*/),
          (v4/*:: as any*/),
          {
            "kind": "InlineFragment",
            "selections": [
              {
                "alias": null,
                "args": null,
                "concreteType": null,
                "kind": "LinkedField",
                "name": "backup",
                "plural": false,
                "selections": [
                  (v6/*:: as any*/),
                  (v5/*:: as any*/),
                  {
                    "alias": null,
                    "args": null,
                    "kind": "ScalarField",
                    "name": "id",
                    "storageKey": null
                  }
                ],
                "storageKey": null
              }
            ],
            "type": "BackupFinished",
            "abstractKey": null
          }
        ],
        "storageKey": null
      }
    ]
  },
  "params": {
    "cacheID": "8b08beef5cc886512e67b3f3a371b611",
    "id": null,
    "metadata": {},
    "name": "LogSubscription",
    "operationKind": "subscription",
    "text": "subscription LogSubscription(\n  $id: ID!\n  $after: String\n) {\n  backupLog(id: $id, after: $after) {\n    __typename\n    ... on StreamEvent {\n      __isStreamEvent: __typename\n      cursor\n    }\n    ... on LogLinesAppended {\n      lines {\n        text\n      }\n    }\n    ... on BackupFinished {\n      backup {\n        __typename\n        status\n        id\n      }\n    }\n  }\n}\n"
  }
};
})();

(node as any).hash = "fb6e5e0de381251f6e59f4fd9a2920e4";

export default node;
