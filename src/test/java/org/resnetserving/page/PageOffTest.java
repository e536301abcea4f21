package org.resnetserving.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;

class PageOffTest {
  @Test
  void page_switchedOff_isNotThere() {
    new WebApplicationContextRunner()
        .withUserConfiguration(PageConfiguration.class)
        .withPropertyValues("resnet.page.enabled=false")
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              assertThat(context).doesNotHaveBean(PageController.class);
              assertThat(context).doesNotHaveBean(StatusController.class);
            });
  }
}
