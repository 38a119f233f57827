package dev.skep.protocol.dht;

import dev.skep.protocol.Endpoint;

/** A node of the DHT, and where it is. */
public record DhtNode(NodeId id, Endpoint at) {}
