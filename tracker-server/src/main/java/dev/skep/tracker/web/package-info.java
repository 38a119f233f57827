/**
 * The dashboard: a page for people.
 *
 * <p>Draws {@code admin.views} for whom {@code admin} let in; touches nothing else.
 */
@NullMarked
package dev.skep.tracker.web;

import org.jspecify.annotations.NullMarked;
