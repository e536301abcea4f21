/**
 * Clients that mean harm, against the jar in a process of its own. {@code HostileFiles} makes files
 * by a number, so that what fails can be made again; {@code HostileFilesIT} sends them.
 */
@NullMarked
package org.resnetserving.hostile;

import org.jspecify.annotations.NullMarked;
