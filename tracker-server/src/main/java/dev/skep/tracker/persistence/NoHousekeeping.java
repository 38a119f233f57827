package dev.skep.tracker.persistence;

import org.eclipse.store.storage.types.StorageEntityCacheEvaluator;
import org.eclipse.store.storage.types.StorageHousekeepingBroker;
import org.eclipse.store.storage.types.StorageHousekeepingExecutor;

/**
 * Lets EclipseStore forget what it read, and nothing else: no file is rewritten, compacted or
 * removed while the tracker runs.
 */
final class NoHousekeeping implements StorageHousekeepingBroker {
  private static final boolean DONE = true;

  @Override
  public boolean performEntityCacheCheck(StorageHousekeepingExecutor executor, long nanos) {
    return executor.performEntityCacheCheck(nanos);
  }

  @Override
  public boolean performIssuedEntityCacheCheck(
      StorageHousekeepingExecutor executor, long nanos, StorageEntityCacheEvaluator evaluator) {
    return executor.performIssuedEntityCacheCheck(nanos, evaluator);
  }

  @Override
  public boolean performFileCleanupCheck(StorageHousekeepingExecutor executor, long nanos) {
    return DONE;
  }

  @Override
  public boolean performIssuedFileCleanupCheck(StorageHousekeepingExecutor executor, long nanos) {
    return DONE;
  }

  @Override
  public boolean performGarbageCollection(StorageHousekeepingExecutor executor, long nanos) {
    return DONE;
  }

  @Override
  public boolean performIssuedGarbageCollection(StorageHousekeepingExecutor executor, long nanos) {
    return DONE;
  }

  @Override
  public boolean performTransactionFileCheck(
      StorageHousekeepingExecutor executor, boolean checkSize) {
    return DONE;
  }
}
