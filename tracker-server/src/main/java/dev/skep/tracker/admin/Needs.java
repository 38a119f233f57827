package dev.skep.tracker.admin;

import dev.skep.tracker.access.Grant;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Only who has a token that is good for so much may ask for this; {@link AskerFilter} sees to it.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface Needs {
  /** What the token must be good for at least. A method's goes over its class's. */
  Grant value();
}
