/**
 * Settings of a service: one documented list of keys, their forms, and the values that were read.
 *
 * <p>Needs the JDK only, and knows nothing of what the keys are for.
 */
@NullMarked
package dev.skep.service.settings;

import org.jspecify.annotations.NullMarked;
