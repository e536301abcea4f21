package org.resnetserving.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class BatchQueueTest {
  private final BatchQueue<String> queue = new BatchQueue<>(4);

  @Test
  void take_isFirstInFirstOut() {
    queue.offerAll(List.of("a", "b"));
    queue.offerAll(List.of("c"));

    assertThat(queue.oldest()).isEqualTo("a");
    assertThat(queue.take(2)).containsExactly("a", "b");
    assertThat(queue.take(2)).containsExactly("c");
    assertThat(queue.take(2)).isEmpty();
    assertThat(queue.oldest()).isNull();
  }

  @Test
  void offerAll_appendsNothing_ifNotAllFit() {
    assertThat(queue.offerAll(List.of("a", "b", "c"))).isTrue();
    assertThat(queue.offerAll(List.of("d", "e"))).isFalse();
    assertThat(queue.size()).isEqualTo(3);
    assertThat(queue.offerAll(List.of("d"))).isTrue();
    assertThat(queue.offerAll(List.of("e"))).isFalse();
  }

  @Test
  void capacity_countsOnlyWhatWaits() {
    queue.offerAll(List.of("a", "b", "c", "d"));
    queue.take(3);

    assertThat(queue.offerAll(List.of("e", "f", "g"))).isTrue();
  }

  @Test
  void remove_findsTheVeryItem_amongEqualOnes() {
    String first = new String("same");
    String second = new String("same");
    queue.offerAll(List.of(first, second));

    assertThat(queue.remove(second)).isTrue();
    assertThat(queue.remove(second)).isFalse();
    assertThat(queue.oldest()).isSameAs(first);
  }

  @Test
  void takeIf_keepsTheOrder_ofTakenAndLeft() {
    queue.offerAll(List.of("a1", "b1", "a2", "b2"));

    assertThat(queue.takeIf(item -> item.startsWith("a"))).containsExactly("a1", "a2");
    assertThat(queue.take(4)).containsExactly("b1", "b2");
  }

  @Test
  void capacity_isRefused_belowOne() {
    assertThatIllegalArgumentException().isThrownBy(() -> new BatchQueue<>(0));
  }
}
