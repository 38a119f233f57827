/**
 * The dashboard: a page for people.
 *
 * <p>Draws {@code admin.views} for whom {@code admin} let in, with the look that pages of both
 * services have.
 */
@NullMarked
package dev.skep.tracker.web;

import org.jspecify.annotations.NullMarked;
