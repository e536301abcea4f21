package org.resnetserving.network;

/** What makes probabilities of a network's logits. */
public enum Activation {
  /** One class of all: probabilities that add up to one. */
  SOFTMAX,
  /** Each class for itself, yes or no: as many probabilities as classes. */
  SIGMOID,
  /** Nothing: the outputs are answered as they are. */
  NONE
}
