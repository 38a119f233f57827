package dev.skep.protocol.bencode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BencodeTest {
  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static BDictionary dictionary(String text) throws BencodeException {
    return (BDictionary) Bencode.decode(ascii(text));
  }

  @Test
  void aTorrentLikeValueIsReadByKey() throws Exception {
    BDictionary all = dictionary("d1:ai-42e1:bl3:foo0:e1:cd1:xi1eee");

    assertThat(all.integer("a")).hasValue(-42);
    assertThat(all.list("b")).contains(BList.of(List.of(BString.of("foo"), BString.of(""))));
    assertThat(all.dictionary("c").flatMap(c -> c.get("x"))).contains(new BInteger(1));
    assertThat(all.string("a")).as("of another type").isEmpty();
    assertThat(all.get("d")).as("absent").isEmpty();
    assertThat(all.keys()).extracting(BString::text).containsExactly("a", "b", "c");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|0|input ends within a value",
        "i|1|input ends within a value",
        "ie|1|number without digits",
        "i-e|2|number without digits",
        "i-0e|1|negative zero",
        "i03e|1|leading zero in a number",
        "i-03e|1|negative zero",
        "i1.5e|2|number ends with '.' instead of 'e'",
        "i9223372036854775808e|1|number exceeds 64 bits",
        "i-9223372036854775809e|1|number exceeds 64 bits",
        "03:abc|0|leading zero in a string's length",
        "4:abc|0|string is longer than the rest of the input",
        "99999999999999999999:|0|string is longer than the rest of the input",
        "3abc|1|string's length ends with 'a' instead of ':'",
        "l|1|input ends within a value",
        "d1:a|4|input ends within a value",
        "di1e1:ae|1|expected a string, found 'i'",
        "d1:bi1e1:ai2ee|7|key \"a\" is out of order",
        "d1:ai1e1:ai2ee|7|key \"a\" stands twice",
        "x|0|no value begins with 'x'",
        "i1ei2e|3|3 bytes after the end of the value"
      })
  void whatIsNotCanonicalIsNamedWithItsOffset(String input, int offset, String reason) {
    assertThatThrownBy(() -> Bencode.decode(ascii(input)))
        .isInstanceOfSatisfying(
            BencodeException.class,
            e -> {
              assertThat(e.offset()).isEqualTo(offset);
              assertThat(e).hasMessageContaining(reason + " at byte " + offset);
            });
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, -1, 9, 10, Long.MAX_VALUE, Long.MIN_VALUE})
  void everyLongIsANumber(long value) throws Exception {
    assertThat(Bencode.decode(Bencode.encode(new BInteger(value)))).isEqualTo(new BInteger(value));
  }

  @Test
  void lenientTakesUnsortedKeysAndTrailingBytesButKeepsTheirOrder() throws Exception {
    String wild = "d1:bi1e1:ai2ee";

    BDictionary read = (BDictionary) Bencode.decode(ascii(wild + "\r\n"), DecodeOptions.LENIENT);

    assertThat(read.integer("a")).hasValue(2);
    assertThat(read.integer("b")).hasValue(1);
    assertThat(read.rawBytes()).isEqualTo(ascii(wild));
    assertThatThrownBy(() -> Bencode.decode(ascii("d1:bi1e1:ai1e1:bi2ee"), DecodeOptions.LENIENT))
        .hasMessageContaining("stands twice");
  }

  @Test
  void aChangedDictionaryKeepsTheBytesOfWhatIsInIt() throws Exception {
    BDictionary outer =
        (BDictionary) Bencode.decode(ascii("d4:infod1:bi1e1:ai2eee"), DecodeOptions.LENIENT);

    BDictionary changed = outer.toBuilder().put("added", 1).build();

    assertThat(changed.rawBytes()).isEqualTo(ascii("d5:addedi1e4:infod1:bi1e1:ai2eee"));
  }

  @Test
  void aPrefixIsReadUpToItsEnd() throws Exception {
    assertThat(Bencode.decodePrefix(ascii("d1:ai1eeREST"), DecodeOptions.STRICT).rawLength())
        .isEqualTo(8);
  }

  @Test
  void aStreamIsReadNoFurtherThanTheLimit() {
    DecodeOptions limits = DecodeOptions.STRICT.limitedTo(10, 10);
    InputStream endless =
        new InputStream() {
          private int read;

          @Override
          public int read() {
            return '1';
          }

          @Override
          public int read(byte[] into, int offset, int length) {
            read += length;
            assertThat(read).as("bytes read").isLessThanOrEqualTo(11);
            Arrays.fill(into, offset, offset + length, (byte) '1');
            return length;
          }
        };

    assertThatThrownBy(() -> Bencode.decode(endless, limits))
        .isInstanceOf(BencodeException.class)
        .hasMessageContaining("longer than the limit of 10 bytes");
  }

  @Test
  void aStreamWithinTheLimitIsDecoded() throws Exception {
    assertThat(Bencode.decode(new ByteArrayInputStream(ascii("i7e")), DecodeOptions.STRICT))
        .isEqualTo(new BInteger(7));
  }

  @Test
  void keysAreOrderedAsUnsignedBytes() {
    BDictionary built =
        BDictionary.builder().put("ä", 1).put("z", 2).put("", 3).put("za", 4).build();

    assertThat(built.keys()).extracting(BString::text).containsExactly("", "z", "za", "ä");
  }
}
