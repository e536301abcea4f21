/**
 * What a person sees in a browser: the page at {@code GET /}, its files, and {@code GET
 * /v1/status}, the numbers that its status view shows. The page itself is plain HTML, CSS and
 * JavaScript in the resources of the same name; it asks the same API as everybody. Must not know
 * pictures or DJL.
 */
@NullMarked
package org.resnetserving.page;

import org.jspecify.annotations.NullMarked;
