/**
 * Brings files that others publish into a folder of ours, whole and verified: {@link
 * org.resnetserving.download.Downloader}. Must not know Spring, DJL or the other features.
 */
@NullMarked
package org.resnetserving.download;

import org.jspecify.annotations.NullMarked;
