package dev.skep.tracker.swarm;

/**
 * What one pass of a sweep did.
 *
 * @param touchedPeers how many peers it looked at, moved or found another place for in an index; a
 *     swarm and an empty place for one count, too
 * @param toTheEnd whether it came to the end of what there is to be swept
 */
public record Swept(int touchedPeers, boolean toTheEnd) {}
