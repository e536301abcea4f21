package org.resnetserving;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;

/** Holds the arrows between packages that the package-infos speak of. */
@AnalyzeClasses(
    packages = "org.resnetserving",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final String ROOT = "org.resnetserving.";
  private static final String WEB = "org.springframework.web..";
  private static final String SERVLET = "jakarta.servlet..";
  private static final String SPRING = "org.springframework..";
  private static final String DJL = "ai.djl..";

  @ArchTest
  static final ArchRule packages_have_no_cycles =
      slices().matching(ROOT + "(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule only_engine_knows_djl =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "engine..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(DJL);

  @ArchTest
  static final ArchRule only_the_web_face_knows_http =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              ROOT + "rest..",
              ROOT + "openinference..",
              ROOT + "dialects..",
              ROOT + "repository..",
              ROOT + "connection..",
              ROOT + "page..",
              ROOT + "upload..",
              ROOT + "problem..",
              ROOT + "trace..",
              ROOT + "shutdown..",
              ROOT + "access..",
              ROOT + "bench..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(WEB, SERVLET);

  @ArchTest
  static final ArchRule faces_take_bodies_through_upload_alone =
      noClasses()
          .that()
          .resideInAnyPackage(ROOT + "rest..", ROOT + "openinference..", ROOT + "dialects..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(SERVLET)
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("org.springframework.web.bind.annotation.RequestBody")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("org.springframework.web.bind.annotation.RequestParam");

  @ArchTest
  static final ArchRule only_image_knows_opencv =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "image..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.bytedeco..");

  @ArchTest static final ArchRule network_stands_on_weights_alone = knows("network", "weights");

  @ArchTest static final ArchRule keras_models_become_graphs = knows("keras", "network", "weights");

  @ArchTest
  static final ArchRule exported_programs_become_graphs =
      knows("torchexport", "network", "weights");

  @ArchTest static final ArchRule caffe_models_become_graphs = knows("caffe", "network", "weights");

  @ArchTest
  static final ArchRule torch7_knows_the_graph_alone = knows("torch7", "network", "weights");

  @ArchTest static final ArchRule onnx_knows_the_graph_alone = knows("onnx", "network", "weights");

  @ArchTest static final ArchRule weights_stand_alone = knows("weights");

  @ArchTest static final ArchRule crash_stands_alone = knows("crash");

  @ArchTest static final ArchRule memory_stands_alone = knows("memory");

  @ArchTest static final ArchRule build_stands_alone = knows("build");

  @ArchTest static final ArchRule downloads_stand_alone = knows("download");

  @ArchTest static final ArchRule images_know_problems_alone = knows("image", "crash", "problem");

  @ArchTest static final ArchRule admission_knows_problems_alone = knows("admission", "problem");

  @ArchTest static final ArchRule the_pool_knows_admission = knows("pool", "admission", "problem");

  @ArchTest
  static final ArchRule models_know_files_alone =
      knows(
          "models",
          "image",
          "network",
          "weights",
          "caffe",
          "keras",
          "onnx",
          "torch7",
          "torchexport");

  @ArchTest
  static final ArchRule programs_do_not_know_pictures =
      knows("programs", "build", "engine", "models", "network", "weights");

  @ArchTest
  static final ArchRule serving_knows_one_model =
      knows(
          "serving",
          "admission",
          "crash",
          "engine",
          "explain",
          "image",
          "models",
          "network",
          "pool",
          "problem",
          "programs");

  @ArchTest
  static final ArchRule maps_are_arithmetic = knows("explain", "engine", "image", "network");

  @ArchTest
  static final ArchRule the_data_plane_does_not_know_faces =
      knows(
          "dataplane",
          "admission",
          "catalog",
          "engine",
          "explain",
          "image",
          "models",
          "network",
          "problem",
          "programs",
          "serving");

  @ArchTest
  static final ArchRule faces_ask_the_data_plane =
      knows(
          "rest",
          "dataplane",
          "explain",
          "image",
          "models",
          "network",
          "problem",
          "programs",
          "serving",
          "upload");

  @ArchTest
  static final ArchRule the_open_inference_protocol_asks_the_data_plane =
      knows(
          "openinference",
          "admission",
          "dataplane",
          "grpc",
          "models",
          "network",
          "problem",
          "serving",
          "upload");

  @ArchTest
  static final ArchRule dialects_ask_the_data_plane =
      knows("dialects", "dataplane", "models", "network", "problem", "serving", "upload");

  @ArchTest
  static final ArchRule the_repository_knows_the_catalog =
      knows("repository", "catalog", "models", "problem", "serving");

  @ArchTest
  static final ArchRule the_page_asks_as_others_do =
      knows("page", "admission", "dataplane", "network", "programs", "serving");

  @ArchTest
  static final ArchRule uploads_do_not_know_models =
      knows("upload", "admission", "connection", "problem", "remote");

  @ArchTest
  static final ArchRule fetching_knows_admission_alone = knows("remote", "admission", "problem");

  @ArchTest
  static final ArchRule only_fetching_connects_to_what_clients_name =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "remote..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.hc..");

  @ArchTest
  static final ArchRule grpc_calls_do_not_know_models =
      knows("grpc", "admission", "problem", "upload");

  @ArchTest
  static final ArchRule connections_know_admission_alone =
      knows("connection", "admission", "problem");

  @ArchTest
  static final ArchRule the_catalog_does_not_know_its_askers =
      knows(
          "catalog",
          "admission",
          "build",
          "crash",
          "download",
          "engine",
          "explain",
          "image",
          "memory",
          "models",
          "network",
          "pool",
          "problem",
          "programs",
          "serving",
          "weights");

  @ArchTest
  static final ArchRule evaluating_asks_as_classifying_many_does =
      knows("evaluate", "bulk", "models", "network", "problem", "programs", "serving");

  @ArchTest static final ArchRule problems_know_no_feature = knows("problem");

  @ArchTest
  static final ArchRule who_may_ask_is_known_before_the_features =
      knows("access", "admission", "problem");

  @ArchTest static final ArchRule traces_know_no_feature = knows("trace");

  @ArchTest static final ArchRule settings_know_no_feature = knows("settings");

  @ArchTest static final ArchRule the_shutdown_knows_no_feature = knows("shutdown");

  @ArchTest static final ArchRule the_heartbeat_knows_clocks = knows("heartbeat", "admission");

  /** Else a clock that is set would move deadlines: these tell the time, and wait for nothing. */
  @ArchTest
  static final ArchRule only_who_tells_the_time_reads_the_machines_clock =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName(ROOT + "crash.NativeWork")
          .and()
          .doNotHaveFullyQualifiedName(ROOT + "dataplane.StageSpans")
          .and()
          .doNotHaveFullyQualifiedName(ROOT + "download.Timing")
          .and()
          .doNotHaveFullyQualifiedName(ROOT + "heartbeat.Heartbeat")
          .and()
          .doNotHaveFullyQualifiedName(ROOT + "programs.ChoiceMemory")
          .and()
          .doNotHaveFullyQualifiedName(ROOT + "serving.ServedModel")
          .should()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(InstantSource.class, "system")
          .orShould()
          .callMethod(Clock.class, "systemUTC")
          .orShould()
          .callMethod(Clock.class, "systemDefaultZone");

  @ArchTest
  static final ArchRule inner_packages_do_not_know_spring =
      noClasses()
          .that()
          .resideInAnyPackage(
              ROOT + "image..",
              ROOT + "explain..",
              ROOT + "weights..",
              ROOT + "download..",
              ROOT + "network..",
              ROOT + "torchexport..",
              ROOT + "caffe..",
              ROOT + "torch7..",
              ROOT + "onnx..",
              ROOT + "keras..",
              ROOT + "admission..",
              ROOT + "pool..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(SPRING);

  @ArchTest
  static final ArchRule there_are_no_rooms_without_a_purpose =
      noClasses()
          .should()
          .resideInAnyPackage("..config..", "..dto..", "..service..", "..util..", "..common..");

  @ArchTest
  static final ArchRule names_say_what_a_class_is =
      noClasses()
          .should()
          .haveSimpleNameEndingWith("Impl")
          .orShould()
          .haveSimpleNameEndingWith("Manager")
          .orShould()
          .haveSimpleNameEndingWith("Utils")
          .orShould()
          .haveSimpleNameEndingWith("Helper");

  /** Of our own packages, one may know only itself and these. */
  private static ArchRule knows(String name, String... others) {
    Set<String> known = Set.of(others);
    return classes()
        .that()
        .resideInAPackage(ROOT + name + "..")
        .should()
        .onlyDependOnClassesThat(
            com.tngtech.archunit.base.DescribedPredicate.describe(
                "are outside of the project or in " + name + " or in " + known,
                type -> {
                  String other = type.getPackageName();
                  if (!other.startsWith("org.resnetserving")) {
                    return true;
                  }
                  String feature =
                      other.equals("org.resnetserving") ? "" : other.substring(ROOT.length());
                  return feature.equals(name) || known.contains(feature);
                }));
  }
}
