package dev.skep.agent.trust;

/**
 * A signature as a catalogue carries it.
 *
 * @param bytes in Base64
 * @param signer the public key, in Base64
 */
public record Signature(String bytes, String signer) {}
