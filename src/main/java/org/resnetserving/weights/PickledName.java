package org.resnetserving.weights;

/**
 * A class or function that a pickle names and that is not one of {@link PickledGlobal}. It is never
 * looked up: what the pickle makes with it is a {@link PickledObject}.
 *
 * @param name with its module, such as {@code argparse.Namespace}
 */
record PickledName(String name) {}
