/**
 * Which program runs a network on this machine. {@link org.resnetserving.programs.ProgramChooser}
 * tries the candidates, judges their answers by the plain program's, times them and remembers the
 * choice; {@link org.resnetserving.programs.Calibrator} scales the 8-bit one by pictures. Knows
 * where the cache is ({@link org.resnetserving.programs.CacheProperties}). Must not know HTTP,
 * files of pictures, or how requests are served.
 */
@NullMarked
package org.resnetserving.programs;

import org.jspecify.annotations.NullMarked;
