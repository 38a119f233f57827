/**
 * What the pages of both services are made of: the look, the icons, the modules that they import,
 * and the policy that lets a browser load nothing else; and how those that are open are told what
 * changes.
 *
 * <p>Needs the JDK only; knows no server.
 */
@NullMarked
package dev.skep.service.web;

import org.jspecify.annotations.NullMarked;
