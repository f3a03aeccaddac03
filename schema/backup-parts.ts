/** Size, copies, origin, progress and failure reason of a backup. */
import type { FailureReason } from '../src/core/failure-reason.ts';
import type { Copy, Origin, Progress } from '../src/core/model.ts';
import type { Builder } from './builder.ts';
import type { Refs } from './refs.ts';

export const defineSize = (refs: Refs) =>
  refs.BackupSize.implement({
    description: 'Sizes of a backup, in bytes.',
    fields: (t) => ({
      originalBytes: t.field({
        type: 'ByteCount',
        nullable: true,
        description: 'Bytes at the source.',
        resolve: ({ originalBytes }) => originalBytes,
      }),
      compressedBytes: t.field({
        type: 'ByteCount',
        nullable: true,
        description: 'Bytes after compression.',
        resolve: ({ compressedBytes }) => compressedBytes,
      }),
      deduplicatedBytes: t.field({
        type: 'ByteCount',
        nullable: true,
        description: 'Bytes after compression and deduplication: only data that no earlier backup contains.',
        resolve: ({ deduplicatedBytes }) => deduplicatedBytes,
      }),
      storedBytes: t.field({
        type: 'ByteCount',
        nullable: true,
        description: 'Bytes that this backup occupies in its storage; null until the backup has ended.',
        resolve: ({ storedBytes }) => storedBytes,
      }),
    }),
  });

export const defineCopy = (builder: Builder, refs: Refs) =>
  builder.objectRef<Copy>('BackupCopy').implement({
    description: 'A place where the data of a backup is or was.',
    fields: (t) => ({
      destination: t.string({
        nullable: true,
        description:
          'Name of a backup destination of vProtect, or path of a Borg repository; null if the product does not tell.',
        resolve: ({ destination }) => destination,
      }),
      status: t.field({
        type: refs.BackupCopyStatus,
        description: 'State of the copy.',
        resolve: ({ status }) => status,
      }),
      expiresAt: t.field({
        type: 'DateTime',
        nullable: true,
        description:
          'When the product may remove the data; null if the copy is not PRESENT, or if the product does not tell. Borg UI prunes by rules and never tells it; for vProtect the meaning of the time is not verified.',
        resolve: ({ expiresAt }) => expiresAt,
      }),
      isRestorable: t.boolean({
        description: 'Whether the product lists the data there now. Only a restore proves that it can be restored.',
        resolve: ({ status }) => status === 'PRESENT',
      }),
    }),
  });

export const defineOrigin = (builder: Builder, refs: Refs) =>
  builder.objectRef<Origin>('BackupOrigin').implement({
    description: 'What started a backup.',
    fields: (t) => ({
      kind: t.field({ type: refs.BackupOriginKind, description: 'Kind of it.', resolve: ({ kind }) => kind }),
      name: t.string({
        nullable: true,
        description:
          'Name of the user, schedule or plan in the product; null if it does not tell. For GATEWAY the id of the viewer, as `AuditEntry.viewerId`; null for a READER.',
        resolve: ({ name }) => name,
      }),
    }),
  });

export const defineProgress = (builder: Builder) =>
  builder.objectRef<Progress>('BackupProgress').implement({
    description: 'Progress of a running backup. Each field is null if the product does not report it.',
    fields: (t) => ({
      percent: t.float({
        nullable: true,
        description: '0 to 100. It never decreases within one run.',
        resolve: ({ percent }) => percent,
      }),
      processedBytes: t.field({
        type: 'ByteCount',
        nullable: true,
        description: 'Bytes of the source read so far.',
        resolve: ({ processedBytes }) => processedBytes,
      }),
      totalBytes: t.field({
        type: 'ByteCount',
        nullable: true,
        description: 'Bytes of the source that the product expects to read in total; null until it knows.',
        resolve: ({ totalBytes }) => totalBytes,
      }),
      processedItems: t.float({
        nullable: true,
        description: 'Records or files read so far.',
        resolve: ({ processedItems }) => processedItems,
      }),
      currentItem: t.exposeString('currentItem', {
        nullable: true,
        description: 'The item that is being read, such as a path.',
      }),
      bytesPerSecond: t.float({
        nullable: true,
        description: 'Bytes of the source read per second.',
        resolve: ({ bytesPerSecond }) => bytesPerSecond,
      }),
      secondsRemaining: t.float({
        nullable: true,
        description: 'Estimated seconds to the end, at the current speed.',
        resolve: ({ secondsRemaining }) => secondsRemaining,
      }),
      updatedAt: t.field({
        type: 'DateTime',
        description: 'When the product measured these values, or when they were read if it does not tell.',
        resolve: ({ updatedAt }) => updatedAt,
      }),
    }),
  });

export const defineFailureReason = (builder: Builder, refs: Refs) =>
  builder.objectRef<FailureReason>('FailureReason').implement({
    description: 'Why a backup failed or was cancelled.',
    fields: (t) => ({
      category: t.field({
        type: refs.FailureCategory,
        description: 'Kind of the reason, from the words of the product.',
        resolve: ({ category }) => category,
      }),
      message: t.exposeString('message', {
        nullable: true,
        description: 'The words of the product, as in `errorMessage`; null for a cancelled backup without any.',
      }),
      remedy: t.exposeString('remedy', {
        nullable: true,
        description: 'What to do, as a sentence; null if nothing is known to help.',
      }),
    }),
  });
