/**
 * Who may announce, and who may administer.
 *
 * <p>Touches only the protocol's values.
 */
@NullMarked
package dev.skep.tracker.access;

import org.jspecify.annotations.NullMarked;
