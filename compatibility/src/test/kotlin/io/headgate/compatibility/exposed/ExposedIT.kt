package io.headgate.compatibility.exposed

import io.headgate.compatibility.EveryTarget
import io.headgate.compatibility.Target
import io.r2dbc.spi.IsolationLevel
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.flow.single
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import org.assertj.core.api.Assertions.assertThat
import org.jetbrains.exposed.v1.core.Table
import org.jetbrains.exposed.v1.core.eq
import org.jetbrains.exposed.v1.core.greater
import org.jetbrains.exposed.v1.core.vendors.PostgreSQLDialect
import org.jetbrains.exposed.v1.r2dbc.R2dbcDatabase
import org.jetbrains.exposed.v1.r2dbc.R2dbcDatabaseConfig
import org.jetbrains.exposed.v1.r2dbc.SchemaUtils
import org.jetbrains.exposed.v1.r2dbc.batchInsert
import org.jetbrains.exposed.v1.r2dbc.deleteWhere
import org.jetbrains.exposed.v1.r2dbc.insert
import org.jetbrains.exposed.v1.r2dbc.select
import org.jetbrains.exposed.v1.r2dbc.selectAll
import org.jetbrains.exposed.v1.r2dbc.transactions.suspendTransaction
import org.jetbrains.exposed.v1.r2dbc.update
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Test

/** Exposed over R2DBC as its users write it. It begins each transaction twice. */
@EveryTarget
class ExposedIT(private val target: Target) {

    private object Planet : Table("planet") {
        val id = integer("id").autoIncrement()
        val name = varchar("name", 40).uniqueIndex()
        val moons = integer("moons").default(0)
        override val primaryKey = PrimaryKey(id)
    }

    private val database = R2dbcDatabase.connect(
        target.connectionFactory(),
        R2dbcDatabaseConfig { explicitDialect = PostgreSQLDialect() },
    )

    @BeforeEach
    fun create() = runBlocking<Unit> {
        target.node().execute("DROP TABLE IF EXISTS planet")
        suspendTransaction(database) { SchemaUtils.create(Planet) }
    }

    private suspend fun names() = suspendTransaction(database) {
        Planet.select(Planet.name).orderBy(Planet.id).toList().map { it[Planet.name] }
    }

    @Test
    fun `insert, select, update, delete`() = runBlocking<Unit> {
        val id = suspendTransaction(database) {
            Planet.insert { it[name] = "Mars" } get Planet.id
        }
        assertThat(id).isEqualTo(1)
        suspendTransaction(database) {
            Planet.batchInsert(listOf("Earth" to 1, "Saturn" to 274)) { (planet, count) ->
                this[Planet.name] = planet
                this[Planet.moons] = count
            }
            Planet.update({ Planet.name eq "Mars" }) { it[moons] = 2 }
        }
        suspendTransaction(database) {
            assertThat(Planet.selectAll().where { Planet.moons greater 1 }.toList().map { it[Planet.name] })
                .containsExactlyInAnyOrder("Mars", "Saturn")
            Planet.deleteWhere { moons greater 100 }
        }
        assertThat(names()).containsExactly("Mars", "Earth")
    }

    @Test
    fun `an exception rolls back`() = runBlocking<Unit> {
        val failure = runCatching {
            suspendTransaction(database) {
                maxAttempts = 1
                Planet.insert { it[name] = "Vulcan" }
                error("there is no such planet")
            }
        }
        assertThat(failure.exceptionOrNull()).hasMessage("there is no such planet")
        assertThat(names()).isEmpty()
    }

    @Test
    fun `a nested transaction rolls back to its savepoint`() = runBlocking<Unit> {
        val nesting = R2dbcDatabase.connect(
            target.connectionFactory(),
            R2dbcDatabaseConfig {
                explicitDialect = PostgreSQLDialect()
                useNestedTransactions = true
            },
        )
        suspendTransaction(nesting) {
            Planet.insert { it[name] = "Venus" }
            runCatching {
                suspendTransaction(nesting) {
                    maxAttempts = 1
                    Planet.insert { it[name] = "Vulcan" }
                    error("there is no such planet")
                }
            }
            Planet.insert { it[name] = "Mercury" }
        }
        assertThat(names()).containsExactly("Venus", "Mercury")
    }

    @Test
    fun `the isolation level and read-only are those asked for`() = runBlocking<Unit> {
        suspend fun shown(level: IsolationLevel, readOnly: Boolean) =
            suspendTransaction(database, level, readOnly) {
                val shown = exec("SELECT current_setting('transaction_isolation') || ' ' || current_setting('transaction_read_only')") {
                    it.get(0, String::class.java)
                }
                shown!!.single()
            }
        assertThat(shown(IsolationLevel.SERIALIZABLE, true)).isEqualTo("serializable on")
        assertThat(shown(IsolationLevel.READ_UNCOMMITTED, false)).isEqualTo("read uncommitted off")
        assertThat(shown(IsolationLevel.READ_COMMITTED, false)).isEqualTo("read committed off")
    }

    @Test
    fun `many transactions at a time`() = runBlocking<Unit> {
        (1..100).map { i ->
            async {
                suspendTransaction(database) {
                    Planet.insert { it[name] = "planet $i" }
                    if (i % 10 == 0) rollback()
                }
            }
        }.awaitAll()
        assertThat(names()).hasSize(90)
    }
}
