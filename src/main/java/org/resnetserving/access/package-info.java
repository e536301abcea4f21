/**
 * Who may ask: API keys by Spring Security, and from which pages of other origins browsers may ask
 * (CORS). Without settings of its own there is nothing here: no filter, no password, no header.
 * Entry: {@link org.resnetserving.access.ApiKeys}, which other protocols than HTTP ask. Must not
 * know the features.
 */
@NullMarked
package org.resnetserving.access;

import org.jspecify.annotations.NullMarked;
