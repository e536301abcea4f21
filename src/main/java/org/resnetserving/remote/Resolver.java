package org.resnetserving.remote;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Tells the addresses of a host. */
@FunctionalInterface
interface Resolver {
  /**
   * The addresses, at least one.
   *
   * @param host a name, or an address that is written as such
   * @throws UnknownHostException if it has none
   */
  InetAddress[] resolve(String host) throws UnknownHostException;
}
