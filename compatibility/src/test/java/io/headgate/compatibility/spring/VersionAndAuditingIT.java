package io.headgate.compatibility.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.compatibility.EveryTarget;
import io.headgate.compatibility.Target;
import io.headgate.compatibility.spring.Article.Articles;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.OptimisticLockingFailureException;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

@EveryTarget
class VersionAndAuditingIT {

    private final Target target;
    private final Articles articles;

    VersionAndAuditingIT(Target target) {
        this.target = target;
        this.articles = Application.bean(target, Articles.class);
    }

    @BeforeEach
    void empty() {
        target.empty("article");
    }

    @Test
    void countsTheVersionUp() {
        Article first = articles.save(Article.titled("a")).block();
        assertThat(first.version()).isZero();
        Article second = articles.save(first.retitled("b")).block();
        assertThat(second.version()).isEqualTo(1);
        assertThat(articles.findById(first.id()).block().title()).isEqualTo("b");
    }

    @Test
    void refusesToSaveWhatIsOutOfDate() {
        Article first = articles.save(Article.titled("a")).block();
        articles.save(first.retitled("b")).block();
        articles.save(first.retitled("c"))
                .as(StepVerifier::create)
                .verifyError(OptimisticLockingFailureException.class);
        assertThat(articles.findById(first.id()).block().title()).isEqualTo("b");
    }

    @Test
    void oneOfManyThatSaveAtOnceWins() {
        Article first = articles.save(Article.titled("a")).block();
        assertThat(Flux.range(0, 20)
                        .flatMap(i -> articles.save(first.retitled("try " + i))
                                .map(Article::title)
                                .onErrorReturn(OptimisticLockingFailureException.class, "lost"))
                        .filter("lost"::equals)
                        .count()
                        .block())
                .isEqualTo(19);
    }

    @Test
    void notesWhoCreatedItAndWhen() {
        Instant before = Instant.now().minusSeconds(1);
        Article saved = articles.save(Article.titled("a")).block();
        Article found = articles.findById(saved.id()).block();
        assertThat(found.createdBy()).isEqualTo("the tests");
        assertThat(found.createdAt()).isAfter(before);
        assertThat(found.updatedAt()).isAfter(before);
        articles.save(found.retitled("b")).block();
        assertThat(articles.findById(saved.id()).block().createdAt()).isEqualTo(found.createdAt());
    }
}
