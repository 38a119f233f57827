package dev.skep.tracker.persistence;

import dev.skep.protocol.InfoHash;
import dev.skep.tracker.persistence.StoredState.Swarm;
import java.util.Map;
import org.eclipse.serializer.persistence.binary.types.AbstractBinaryHandlerCustomNonReferential;
import org.eclipse.serializer.persistence.binary.types.Binary;
import org.eclipse.serializer.persistence.types.PersistenceLoadHandler;
import org.eclipse.serializer.persistence.types.PersistenceStoreHandler;

/**
 * How a swarm lies in the store: one entity with the image in it. By itself EclipseStore would make
 * each new image an object of its own, with a number and a weak reference in its registry, several
 * thousand a second, and collections of the young generation would look at each.
 *
 * <p>For the same reason what is written comes from {@link #write} and not from the swarms: they
 * are old, and each that refers to a new array is looked at by every collection, too.
 *
 * <p>This layout is the store's format.
 */
final class SwarmEntity extends AbstractBinaryHandlerCustomNonReferential<Swarm> {
  private static final int MIDDLE = Long.BYTES;
  private static final int LOW = 2 * Long.BYTES;
  private static final int IMAGE = LOW + Integer.BYTES;
  private static final int LIST_HEAD_BYTES = (int) Binary.toBinaryListTotalByteLength(0);
  private static final byte[] NONE = {};

  private Map<InfoHash, byte[]> images = Map.of();

  SwarmEntity() {
    super(
        Swarm.class,
        CustomFields(
            CustomField(long.class, "high"),
            CustomField(long.class, "middle"),
            CustomField(int.class, "low"),
            bytes("image")));
  }

  /** Sets the images that swarms are stored with from now on; those not named are stored empty. */
  void write(Map<InfoHash, byte[]> newImages) {
    images = newImages;
  }

  @Override
  public void store(
      Binary data, Swarm swarm, long objectId, PersistenceStoreHandler<Binary> handler) {
    byte[] image = images.getOrDefault(swarm.hash(), NONE);
    long bytes = IMAGE + Binary.toBinaryListTotalByteLength(image.length);
    data.storeEntityHeader(bytes, typeId(), objectId);
    data.store_long(0, swarm.high);
    data.store_long(MIDDLE, swarm.middle);
    data.store_int(LOW, swarm.low);
    data.store_bytes(image, IMAGE);
  }

  @Override
  public Swarm create(Binary data, PersistenceLoadHandler handler) {
    var hash = new InfoHash(data.read_long(0), data.read_long(MIDDLE), data.read_int(LOW));
    var swarm = new Swarm(hash);
    swarm.image = isWhole(data) ? data.build_bytes(IMAGE) : NONE;
    return swarm;
  }

  /** Where it is damaged, the length that it tells may be any, and memory would be taken for it. */
  private static boolean isWhole(Binary data) {
    long room = data.getBuildItemContentLength() - IMAGE;
    return room >= LIST_HEAD_BYTES
        && data.getBinaryListElementCountUnvalidating(IMAGE) == room - LIST_HEAD_BYTES;
  }

  @Override
  public void updateState(Binary data, Swarm swarm, PersistenceLoadHandler handler) {
    // It was created whole.
  }
}
