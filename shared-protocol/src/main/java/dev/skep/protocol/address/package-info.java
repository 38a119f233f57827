/**
 * Addresses of machines and blocks of them, small enough to be kept by the million.
 *
 * <p>Names are never looked up. May touch the shared values only.
 */
@NullMarked
package dev.skep.protocol.address;

import org.jspecify.annotations.NullMarked;
