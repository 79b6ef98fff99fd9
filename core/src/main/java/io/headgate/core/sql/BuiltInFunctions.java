package io.headgate.core.sql;

import java.util.HashSet;
import java.util.Set;

/**
 * PostgreSQL's own functions that queries commonly call and that do not write, lock, or change the session.
 *
 * <p>A function that is missing here is not necessarily a writer: its volatility has to be looked up. Not listed on purpose: functions
 * that run SQL given as text or by name, that read large objects or files, or that act on the server.
 *
 * <p>Source: {@code pg_proc} of PostgreSQL 14 to 18; a test compares the list with a server's.
 */
final class BuiltInFunctions {
    private static final String AGGREGATES_AND_WINDOWS = """
            any_value array_agg avg bit_and bit_or bit_xor bool_and bool_or corr count covar_pop covar_samp cume_dist
            dense_rank every first_value json_agg json_agg_strict json_object_agg json_object_agg_strict
            json_object_agg_unique json_object_agg_unique_strict jsonb_agg jsonb_agg_strict jsonb_object_agg
            jsonb_object_agg_strict jsonb_object_agg_unique jsonb_object_agg_unique_strict lag last_value lead max min
            mode nth_value ntile percent_rank percentile_cont percentile_disc range_agg range_intersect_agg rank
            regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy row_number
            stddev stddev_pop stddev_samp string_agg sum var_pop var_samp variance xmlagg
            """;

    private static final String NUMBERS = """
            abs acos acosd acosh asin asind asinh atan atan2 atan2d atand atanh cbrt ceil ceiling cos cosd cosh cot
            cotd degrees div erf erfc exp factorial floor gamma gcd lcm lgamma ln log log10 min_scale mod pi pow power
            radians round scale sign sin sind sinh sqrt tan tand tanh trim_scale trunc width_bucket float4 float8 int2
            int4 int8 numeric money
            """;

    private static final String TEXT_AND_BYTES = """
            ascii bit_count bit_length btrim casefold char_length character_length chr concat concat_ws convert
            convert_from convert_to crc32 crc32c decode encode format get_bit get_byte initcap is_normalized left
            length like lower lpad ltrim md5 normalize octet_length overlaps overlay parse_ident position quote_ident quote_literal
            quote_nullable regexp_count regexp_instr regexp_like regexp_match regexp_matches regexp_replace
            regexp_split_to_array regexp_split_to_table regexp_substr repeat replace reverse right rpad rtrim set_bit
            set_byte sha224 sha256 sha384 sha512 split_part starts_with string_to_array string_to_table strpos substr
            substring text to_ascii to_bin to_hex to_oct translate unicode_assigned unistr upper varchar bpchar
            """;

    private static final String TIME = """
            age date date_add date_bin date_part date_subtract date_trunc interval isfinite justify_days justify_hours
            justify_interval make_date make_interval make_time make_timestamp make_timestamptz now
            statement_timestamp time timestamp timestamptz timetz timezone to_char to_date to_number to_timestamp
            transaction_timestamp
            """;

    private static final String JSON_AND_XML = """
            array_to_json json_array_elements json_array_elements_text json_array_length json_build_array
            json_build_object json_each json_each_text json_extract_path json_extract_path_text json_object
            json_object_keys json_populate_record json_populate_recordset json_strip_nulls json_to_record
            json_to_recordset json_typeof jsonb_array_elements jsonb_array_elements_text jsonb_array_length
            jsonb_build_array jsonb_build_object jsonb_contains jsonb_delete jsonb_delete_path jsonb_each
            jsonb_each_text jsonb_exists jsonb_exists_all jsonb_exists_any jsonb_extract_path
            jsonb_extract_path_text jsonb_insert jsonb_object jsonb_object_keys jsonb_path_exists
            jsonb_path_exists_tz jsonb_path_match jsonb_path_match_tz jsonb_path_query jsonb_path_query_array
            jsonb_path_query_array_tz jsonb_path_query_first jsonb_path_query_first_tz jsonb_path_query_tz
            jsonb_populate_record jsonb_populate_recordset jsonb_pretty jsonb_set jsonb_set_lax jsonb_strip_nulls
            jsonb_to_record jsonb_to_recordset jsonb_typeof row_to_json to_json to_jsonb xml_is_well_formed
            xml_is_well_formed_content xml_is_well_formed_document xmlcomment xmltext xpath xpath_exists
            """;

    private static final String ARRAYS_RANGES_AND_ENUMS = """
            array_append array_cat array_dims array_fill array_length array_lower array_ndims array_position
            array_positions array_prepend array_remove array_replace array_reverse array_sort array_to_string
            array_upper cardinality enum_first enum_last enum_range generate_series generate_subscripts num_nonnulls
            num_nulls trim_array unnest daterange datemultirange int4range int4multirange int8range int8multirange
            isempty lower_inc lower_inf multirange nummultirange numrange range_merge tsmultirange tsrange
            tstzmultirange tstzrange upper_inc upper_inf
            """;

    private static final String SEARCH = """
            get_current_ts_config phraseto_tsquery plainto_tsquery querytree setweight strip to_tsquery to_tsvector
            ts_delete ts_filter ts_headline ts_lexize ts_rank ts_rank_cd tsquery_phrase tsvector_to_array
            websearch_to_tsquery
            """;

    private static final String GEOMETRY_AND_NETWORK = """
            abbrev area bound_box box broadcast center circle diagonal diameter family height host hostmask
            inet_merge inet_same_family isclosed isopen line lseg macaddr8_set7bit masklen netmask network npoints
            path pclose point polygon popen radius set_masklen slope width
            """;

    private static final String CATALOG_AND_SERVER = """
            col_description current_database current_schema current_schemas current_setting current_user format_type
            getdatabaseencoding has_any_column_privilege has_column_privilege has_database_privilege
            has_function_privilege has_schema_privilege has_sequence_privilege has_table_privilege
            has_type_privilege inet_client_addr inet_client_port inet_server_addr inet_server_port obj_description
            pg_backend_pid pg_client_encoding pg_collation_for pg_column_compression pg_column_is_updatable
            pg_column_size pg_conf_load_time pg_current_snapshot pg_current_xact_id_if_assigned pg_describe_object
            pg_encoding_to_char pg_function_is_visible pg_get_constraintdef pg_get_expr
            pg_get_function_arguments pg_get_function_identity_arguments pg_get_function_result pg_get_functiondef
            pg_get_indexdef pg_get_keywords pg_get_partkeydef pg_get_ruledef pg_get_serial_sequence
            pg_get_statisticsobjdef pg_get_triggerdef pg_get_userbyid pg_get_viewdef pg_has_role pg_identify_object
            pg_index_column_has_property pg_index_has_property pg_indexam_has_property pg_is_other_temp_schema
            pg_lsn pg_my_temp_schema pg_postmaster_start_time pg_relation_filenode pg_relation_filepath
            pg_sequence_parameters pg_size_bytes pg_size_pretty pg_snapshot_xip pg_snapshot_xmax pg_snapshot_xmin
            pg_table_is_visible pg_timezone_names pg_type_is_visible pg_typeof pg_visible_in_snapshot
            pg_wal_lsn_diff row_security_active session_user shobj_description to_regclass to_regnamespace
            to_regproc to_regprocedure to_regrole to_regtype txid_current_if_assigned txid_current_snapshot
            txid_snapshot_xip txid_snapshot_xmax txid_snapshot_xmin txid_visible_in_snapshot
            uuid_extract_timestamp uuid_extract_version version hashtext hashtextextended
            """;

    /** Functions that are volatile only because their result changes between calls; they have no side effects. */
    static final String VOLATILE_READERS = """
            array_sample array_shuffle clock_timestamp gen_random_uuid pg_blocking_pids pg_current_wal_flush_lsn
            pg_current_wal_insert_lsn pg_current_wal_lsn pg_database_size pg_indexes_size pg_is_in_recovery
            pg_is_wal_replay_paused pg_last_wal_receive_lsn pg_last_wal_replay_lsn pg_last_xact_replay_timestamp
            pg_lock_status pg_partition_ancestors pg_partition_tree pg_relation_size pg_sleep pg_sleep_for
            pg_sleep_until pg_table_size pg_tablespace_size pg_total_relation_size pg_xact_status random
            random_normal timeofday uuidv4 uuidv7
            """;

    private static final Set<String> NAMES = new HashSet<>();

    static {
        for (String group : new String[] {
            AGGREGATES_AND_WINDOWS,
            NUMBERS,
            TEXT_AND_BYTES,
            TIME,
            JSON_AND_XML,
            ARRAYS_RANGES_AND_ENUMS,
            SEARCH,
            GEOMETRY_AND_NETWORK,
            CATALOG_AND_SERVER,
            VOLATILE_READERS
        }) {
            NAMES.addAll(Set.of(group.trim().split("\\s+", -1)));
        }
    }

    private BuiltInFunctions() {}

    /** Whether the name means a listed function, provided that no schema precedes {@code pg_catalog} in the search path. */
    static boolean contains(SqlName function) {
        String schema = function.schema();
        return (schema == null || schema.equals("pg_catalog")) && NAMES.contains(function.name());
    }

    /** All listed names, for the comparison with a server. */
    static Set<String> names() {
        return Set.copyOf(NAMES);
    }
}
