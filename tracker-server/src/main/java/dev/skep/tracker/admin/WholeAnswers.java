package dev.skep.tracker.admin;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Feature;
import jakarta.ws.rs.core.FeatureContext;
import jakarta.ws.rs.ext.Provider;
import org.glassfish.jersey.CommonProperties;

/**
 * Answers up to this size are made before the first of them is sent, and have a length. Longer ones
 * come in chunks, which who speaks HTTP/1.0 does not understand.
 */
@Provider
@ApplicationScoped
public class WholeAnswers implements Feature {
  static final int BYTES = 32 << 10;

  @Override
  public boolean configure(FeatureContext context) {
    context.property(CommonProperties.OUTBOUND_CONTENT_LENGTH_BUFFER, BYTES);
    return true;
  }
}
