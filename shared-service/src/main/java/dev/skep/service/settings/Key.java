package dev.skep.service.settings;

/**
 * One thing an operator can set.
 *
 * @param name as in the file; as an environment variable its dots become underscores, in capitals
 * @param defaultText what holds when nothing is set; empty means "none"
 * @param form how its text is read, and what is expected of it
 * @param about one or two sentences for the documentation
 */
public record Key<T>(String name, String defaultText, Form<T> form, String about) {}
