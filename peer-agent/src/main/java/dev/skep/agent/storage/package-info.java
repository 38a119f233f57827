/**
 * Files, buffers, hashing and disk workers, resume.
 *
 * <p>Touches only the protocol's values. Its work runs on platform threads.
 */
@NullMarked
package dev.skep.agent.storage;

import org.jspecify.annotations.NullMarked;
