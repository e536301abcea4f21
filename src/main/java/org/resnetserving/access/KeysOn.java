package org.resnetserving.access;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Whether keys are asked for: as soon as one of the settings is given. */
final class KeysOn implements Condition {
  @Override
  public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
    Binder binder = Binder.get(context.getEnvironment());
    return binder
            .bind(SecurityProperties.PREFIX + ".api-keys", Bindable.listOf(String.class))
            .isBound()
        || binder.bind(SecurityProperties.PREFIX + ".api-keys-file", String.class).isBound();
  }
}
