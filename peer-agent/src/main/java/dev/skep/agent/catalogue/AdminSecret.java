package dev.skep.agent.catalogue;

import java.util.Optional;

/**
 * The secret that a tracker knows its administrators or readers by, and where it was found, for the
 * message when it is not the right one.
 *
 * @param text what is sent; absent when nothing was found
 * @param origin where it comes from
 */
public record AdminSecret(Optional<String> text, String origin) {}
