package dev.skep.tracker.access;

import dev.skep.protocol.address.IpAddress;
import java.util.Optional;

/**
 * Who changes something.
 *
 * @param who which secret was sent, or which file was read; never a secret itself
 * @param from where the request came from, if it was one
 */
public record Actor(String who, Optional<IpAddress> from) {}
