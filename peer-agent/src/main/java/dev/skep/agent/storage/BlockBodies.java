package dev.skep.agent.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What one connection sends of a torrent's bytes. What is mapped and in memory is sent from there.
 * All else (it is still on the disk, or lies in several files, or in a short one) disk workers read
 * into slots first: a mapping would hold a carrier of virtual threads until the disk has answered.
 * So is everything for a stream whose code looks into it: where a mapped file was cut, code fails
 * by an {@code InternalError}, and the system only by an error. One thread's own.
 */
public final class BlockBodies {
  /** How long a range may be: a block. */
  public static final int MOST_BYTES = BlockMemory.SLOT_BYTES;

  private static final long SLOT_WAIT_NANOS = TimeUnit.SECONDS.toNanos(30);

  /**
   * Some of a torrent's bytes.
   *
   * @param lengthBytes 1 to {@link #MOST_BYTES}
   */
  public record Range(long offsetBytes, int lengthBytes) {
    private long endBytes() {
      return offsetBytes + lengthBytes;
    }
  }

  /** Neighbouring ranges that one worker reads. */
  private final class Reading implements Runnable {
    private final long offsetBytes;
    private final List<ByteBuffer> slots = new ArrayList<>();
    private final CountDownLatch done = new CountDownLatch(1);
    private long endBytes;
    private @Nullable Throwable failure;

    Reading(long offsetBytes) {
      this.offsetBytes = offsetBytes;
      endBytes = offsetBytes;
    }

    void add(ByteBuffer slot) {
      slots.add(slot);
      endBytes += slot.remaining();
    }

    @Override
    public void run() {
      try {
        long at = offsetBytes;
        for (ByteBuffer slot : slots) {
          files.read(at, slot);
          at += slot.flip().remaining();
        }
        if (!copies) {
          files.offerWindow(offsetBytes);
        }
      } catch (Throwable e) {
        failure = e; // it is the waiting thread's
      } finally {
        done.countDown();
      }
    }
  }

  private final DataFiles files;
  private final BlockMemory memory;
  private final DiskWorkers workers;
  private final boolean copies;

  private final List<MappedWindows.Lease> leases = new ArrayList<>();
  private final List<ByteBuffer> slots = new ArrayList<>();
  private final List<Reading> readings = new ArrayList<>();

  /**
   * Has nothing fetched.
   *
   * @param copies whether Java code looks into what is fetched, instead of the system alone
   */
  public BlockBodies(DataFiles files, BlockMemory memory, DiskWorkers workers, boolean copies) {
    this.files = files;
    this.memory = memory;
    this.workers = workers;
    this.copies = copies;
  }

  /**
   * Adds to {@code into} a buffer for each of the ranges from {@code from} on, as far as memory
   * goes, but for one at least. They are the caller's until it calls {@link #release}, only to be
   * sent, and looked into only by who said so.
   *
   * @return the index after the last range that is there
   * @throws IOException if one cannot be read
   */
  public int fetch(List<Range> ranges, int from, List<ByteBuffer> into) throws IOException {
    int next = from;
    boolean room = true;
    while (next < ranges.size() && room) {
      int end = runEnd(ranges, next);
      if (view(ranges, next, end, into)) {
        next = end;
      }
      while (next < end && room) {
        room = view(ranges, next, next + 1, into) || willRead(ranges.get(next), into);
        next += room ? 1 : 0;
      }
    }
    read();
    return next;
  }

  private static int runEnd(List<Range> ranges, int from) {
    int end = from + 1;
    while (end < ranges.size() && ranges.get(end).offsetBytes() == ranges.get(end - 1).endBytes()) {
      end++;
    }
    return end;
  }

  private boolean view(List<Range> ranges, int from, int to, List<ByteBuffer> into) {
    long begin = ranges.get(from).offsetBytes();
    int length = (int) (ranges.get(to - 1).endBytes() - begin);
    MappedWindows.Lease lease = copies ? null : files.lease(begin, length);
    if (lease == null) {
      return false;
    }
    if (!lease.isResident()) {
      files.release(lease);
      return false;
    }
    leases.add(lease);
    for (int i = from; i < to; i++) {
      Range range = ranges.get(i);
      into.add(lease.view((int) (range.offsetBytes() - begin), range.lengthBytes()));
    }
    return true;
  }

  /** Finds memory to read it into; waits only while it has none, or all would wait for all. */
  private boolean willRead(Range range, List<ByteBuffer> into) throws IOException {
    ByteBuffer slot = slots.isEmpty() ? firstSlot() : memory.tryTakeSpare();
    if (slot == null) {
      return false;
    }
    slots.add(slot);
    into.add(slot.limit(range.lengthBytes()));
    if (readings.isEmpty() || readings.getLast().endBytes != range.offsetBytes()) {
      readings.add(new Reading(range.offsetBytes()));
    }
    readings.getLast().add(slot);
    return true;
  }

  private ByteBuffer firstSlot() throws IOException {
    try {
      ByteBuffer slot = memory.take(SLOT_WAIT_NANOS);
      if (slot != null) {
        return slot;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new IOException("there is no memory to read into");
  }

  private void read() throws IOException {
    int queued = 0;
    while (queued < readings.size() && workers.submitUrgent(readings.get(queued))) {
      queued++;
    }
    Throwable failure = queued < readings.size() ? new ClosedChannelException() : null;
    for (Reading reading : readings.subList(0, queued)) {
      await(reading);
      failure = failure == null ? reading.failure : failure;
    }
    readings.clear();
    if (failure != null) {
      throw failure instanceof IOException io ? io : new IOException(failure);
    }
  }

  /** Interrupts wait, too: a worker writes to memory that we shall give back. */
  private static void await(Reading reading) {
    boolean interrupted = false;
    while (true) {
      try {
        reading.done.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Takes back all that was fetched. */
  public void release() {
    leases.forEach(files::release);
    leases.clear();
    slots.forEach(memory::release);
    slots.clear();
  }
}
