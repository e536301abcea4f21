/**
 * What a client may hold of the web server before anything of its request is known: threads ({@link
 * org.resnetserving.connection.ThreadsValve}), connections ({@link
 * org.resnetserving.connection.HttpProtocol}) and the time that a read waits ({@link
 * org.resnetserving.connection.Connection}). The only package that knows Tomcat's connector. Must
 * not know pictures or models.
 */
@NullMarked
package org.resnetserving.connection;

import org.jspecify.annotations.NullMarked;
