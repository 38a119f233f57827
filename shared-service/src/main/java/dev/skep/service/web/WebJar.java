package dev.skep.service.web;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Properties;

/**
 * A library for browsers, in a jar as Maven Central has it. Which version is the build's choice.
 */
record WebJar(String name) {
  /** One of its files, as it is. */
  Asset asset(String file, String path) {
    return new Asset(
        path,
        () ->
            Asset.resource(
                WebJar.class,
                "/META-INF/resources/webjars/" + name + "/" + version() + "/" + file));
  }

  private String version() throws IOException {
    Properties pom = new Properties();
    pom.load(
        new ByteArrayInputStream(
            Asset.resource(
                WebJar.class, "/META-INF/maven/org.webjars.npm/" + name + "/pom.properties")));
    return pom.getProperty("version", "");
  }
}
