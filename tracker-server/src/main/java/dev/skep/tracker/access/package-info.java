/**
 * Who may announce, and who may administer.
 *
 * <p>Decides for {@code announce} and asks {@code catalogue} what is registered. No framework.
 */
@NullMarked
package dev.skep.tracker.access;

import org.jspecify.annotations.NullMarked;
