/**
 * Fetches pictures that clients name by their URL: {@link org.resnetserving.remote.RemotePictures}.
 * What a URL may lead to is decided here alone: by the list of hosts first, then by the addresses
 * that the host turns out to have, and again at each redirect. Must not know uploads or models.
 */
@NullMarked
package org.resnetserving.remote;

import org.jspecify.annotations.NullMarked;
