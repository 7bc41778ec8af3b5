package dev.offsync;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.callMethod;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction;
import java.util.Arrays;
import org.jspecify.annotations.NullMarked;

/** The arrows between the packages, and who alone may touch databases, streams, the terminal and the exit. */
@AnalyzeClasses(packages = "dev.offsync", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule error_needs_no_other_package = needsOnly("error");

    @ArchTest
    static final ArchRule model_needs_at_most_error = needsOnly("model", "error");

    @ArchTest
    static final ArchRule conflict_needs_model_and_error = needsOnly("conflict", "model", "error");

    @ArchTest
    static final ArchRule pg_needs_model_and_error = needsOnly("pg", "model", "error");

    @ArchTest
    static final ArchRule config_needs_model_and_error = needsOnly("config", "model", "error");

    @ArchTest
    static final ArchRule ui_needs_model_and_error = needsOnly("ui", "model", "error");

    @ArchTest
    static final ArchRule local_needs_pg_model_and_error = needsOnly("local", "pg", "model", "error");

    @ArchTest
    static final ArchRule hub_needs_pg_model_and_error = needsOnly("hub", "pg", "model", "error");

    @ArchTest
    static final ArchRule sync_joins_the_databases_and_shows_nothing =
            needsOnly("sync", "config", "conflict", "local", "hub", "pg", "model", "error");

    @ArchTest
    static final ArchRule cli_knows_verbs_and_output_but_no_database =
            needsOnly("cli", "sync", "ui", "config", "model", "error");

    @ArchTest
    static final ArchRule packages_form_no_cycle =
            slices().matching("dev.offsync.(*)..").should().beFreeOfCycles().allowEmptyShould(true);

    @ArchTest
    static final ArchRule parts_of_sync_form_no_cycle =
            slices().matching("dev.offsync.sync.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule parts_of_sync_do_not_know_the_verbs = noClasses()
            .that()
            .resideInAPackage("dev.offsync.sync.*..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.offsync.sync");

    @ArchTest
    static final ArchRule parts_of_local_form_no_cycle =
            slices().matching("dev.offsync.local.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule only_database_packages_use_jdbc = onlyIn("pg", "local", "hub", "sync")
            .should()
            .dependOnClassesThat(resideInAnyPackage("java.sql..", "javax.sql..", "org.postgresql.."))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule conflict_does_no_input_or_output = noClasses()
            .that()
            .resideInAPackage("dev.offsync.conflict..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("java.io..", "java.nio..", "java.net.."))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule only_ui_drives_the_terminal = onlyIn("ui")
            .should()
            .dependOnClassesThat(resideInAPackage("org.jline.."))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule only_ui_writes_to_the_standard_streams =
            onlyIn("ui").should(ACCESS_STANDARD_STREAMS).allowEmptyShould(true);

    @ArchTest
    static final ArchRule only_app_ends_the_process = onlyIn("app")
            .should(callMethod(System.class, "exit", int.class))
            .orShould(callMethod(Runtime.class, "exit", int.class))
            .orShould(callMethod(Runtime.class, "halt", int.class))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule nothing_is_named_after_no_purpose = noClasses()
            .should()
            .resideInAnyPackage("..util..", "..utils..", "..common..", "..helper..", "..manager..")
            .orShould()
            .haveNameMatching(".*(Utils?|Common|Helper|Manager)")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule an_interface_is_there_for_more_than_one_class = classes()
            .that()
            .areInterfaces()
            .should(new HaveNoSingleImplementation())
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule every_package_is_described_and_null_marked =
            classes().should(new LiveInANullMarkedPackage()).allowEmptyShould(true);

    /** The classes of {@code name} may use themselves, {@code others} and libraries. */
    private static ArchRule needsOnly(String name, String... others) {
        String[] allowed = packages(others);
        var foreign = resideInAPackage("dev.offsync..")
                .and(describe("of another package", type -> !resideInAnyPackage(packages(name))
                        .test(type)))
                .and(describe("not of " + Arrays.toString(others), type -> !resideInAnyPackage(allowed)
                        .test(type)));
        return noClasses()
                .that()
                .resideInAnyPackage(packages(name))
                .should()
                .dependOnClassesThat(foreign)
                .allowEmptyShould(true);
    }

    /** All classes but those of the packages {@code names}. */
    private static GivenClassesConjunction onlyIn(String... names) {
        return noClasses().that().resideOutsideOfPackages(packages(names));
    }

    private static String[] packages(String... names) {
        return Arrays.stream(names).map(name -> "dev.offsync." + name + "..").toArray(String[]::new);
    }

    /** Other than those of one method, which lambdas implement: no class shows that. */
    private static final class HaveNoSingleImplementation extends ArchCondition<JavaClass> {
        HaveNoSingleImplementation() {
            super("be implemented by several classes or by lambdas");
        }

        @Override
        public void check(JavaClass type, ConditionEvents events) {
            long abstractMethods = type.getAllMethods().stream()
                    .filter(method -> method.getModifiers().contains(JavaModifier.ABSTRACT))
                    .count();
            boolean single = abstractMethods != 1 && type.getAllSubclasses().size() == 1;
            events.add(new SimpleConditionEvent(type, !single, type.getName() + " has one implementation"));
        }
    }

    private static final class LiveInANullMarkedPackage extends ArchCondition<JavaClass> {
        LiveInANullMarkedPackage() {
            super("live in a package whose package-info.java says @NullMarked");
        }

        @Override
        public void check(JavaClass type, ConditionEvents events) {
            boolean marked = type.getPackage()
                    .tryGetPackageInfo()
                    .map(info -> info.isAnnotatedWith(NullMarked.class))
                    .orElse(false);
            events.add(new SimpleConditionEvent(type, marked, type.getPackageName() + " lacks @NullMarked"));
        }
    }
}
