/**
 * A ResNet as data. {@link org.resnetserving.network.Structure} (by name: {@link
 * org.resnetserving.network.Architecture}) and a state dict make a {@link
 * org.resnetserving.network.Graph} of {@link org.resnetserving.network.Layer}s; so does a {@link
 * org.resnetserving.network.NetworkReader} of a file that describes its own. {@link
 * org.resnetserving.network.Passes} simplify it; {@link org.resnetserving.network.ProgramCompiler}
 * writes the TorchScript program of whatever graph is left. Must not know Spring or DJL.
 */
@NullMarked
package org.resnetserving.network;

import org.jspecify.annotations.NullMarked;
