/**
 * PostgreSQL's own parameters that users may set, by theme. The list is the only way for a value of a user into a
 * server's settings. Not in it: what names files, directories, programs, libraries or addresses, what Cornac itself
 * sets (port, TLS, log files, sockets), what puts the durability of data at risk, and what belongs to standbys and
 * archives. Libraries have a list of their own: `preload-libraries.ts`.
 */
const THEMES: readonly string[] = [
  // Connections
  `authentication_timeout client_connection_check_interval idle_in_transaction_session_timeout
   idle_session_timeout lock_timeout max_connections statement_timeout tcp_keepalives_count tcp_keepalives_idle
   tcp_keepalives_interval tcp_user_timeout transaction_timeout password_encryption scram_iterations
   md5_password_warnings`,
  // Memory and work
  `autovacuum_work_mem commit_timestamp_buffers effective_cache_size effective_io_concurrency hash_mem_multiplier
   io_combine_limit io_max_combine_limit io_max_concurrency io_workers logical_decoding_work_mem
   maintenance_io_concurrency maintenance_work_mem max_files_per_process max_locks_per_transaction
   max_pred_locks_per_page max_pred_locks_per_relation max_pred_locks_per_transaction max_prepared_transactions
   max_stack_depth min_dynamic_shared_memory multixact_member_buffers multixact_offset_buffers
   notify_buffers serializable_buffers shared_buffers subtransaction_buffers temp_buffers temp_file_limit
   transaction_buffers vacuum_buffer_usage_limit work_mem backend_flush_after`,
  // Workers
  `max_logical_replication_workers max_parallel_apply_workers_per_subscription max_parallel_maintenance_workers
   max_parallel_workers max_parallel_workers_per_gather max_sync_workers_per_subscription max_worker_processes
   parallel_leader_participation`,
  // Vacuum
  `autovacuum autovacuum_analyze_scale_factor autovacuum_analyze_threshold autovacuum_freeze_max_age
   autovacuum_max_workers autovacuum_multixact_freeze_max_age autovacuum_naptime autovacuum_vacuum_cost_delay
   autovacuum_vacuum_cost_limit autovacuum_vacuum_insert_scale_factor autovacuum_vacuum_insert_threshold
   autovacuum_vacuum_max_threshold autovacuum_vacuum_scale_factor autovacuum_vacuum_threshold
   autovacuum_worker_slots old_snapshot_threshold vacuum_cost_delay vacuum_cost_limit vacuum_cost_page_dirty
   vacuum_cost_page_hit vacuum_cost_page_miss vacuum_defer_cleanup_age vacuum_failsafe_age
   vacuum_freeze_min_age vacuum_freeze_table_age vacuum_max_eager_freeze_failure_rate
   vacuum_multixact_failsafe_age vacuum_multixact_freeze_min_age vacuum_multixact_freeze_table_age
   vacuum_truncate track_cost_delay_timing`,
  // Write-ahead log and writers
  `bgwriter_delay bgwriter_flush_after bgwriter_lru_maxpages bgwriter_lru_multiplier checkpoint_completion_target
   checkpoint_flush_after checkpoint_timeout checkpoint_warning commit_delay commit_siblings max_wal_size
   min_wal_size recovery_prefetch synchronous_commit wal_buffers wal_compression wal_decode_buffer_size
   wal_keep_size wal_log_hints wal_skip_threshold wal_writer_delay wal_writer_flush_after
   track_commit_timestamp track_wal_io_timing`,
  // Logical replication
  `idle_replication_slot_timeout max_active_replication_origins max_replication_slots
   max_slot_wal_keep_size max_wal_senders wal_receiver_create_temp_slot wal_receiver_status_interval
   wal_receiver_timeout wal_retrieve_retry_interval wal_sender_timeout`,
  // Standbys of the instance
  `hot_standby_feedback max_standby_archive_delay max_standby_streaming_delay recovery_min_apply_delay`,
  // Planner
  `constraint_exclusion cpu_index_tuple_cost cpu_operator_cost cpu_tuple_cost cursor_tuple_fraction
   default_statistics_target enable_async_append enable_bitmapscan enable_distinct_reordering enable_gathermerge
   enable_group_by_reordering enable_hashagg enable_hashjoin enable_incremental_sort enable_indexonlyscan
   enable_indexscan enable_material enable_memoize enable_mergejoin enable_nestloop enable_parallel_append
   enable_parallel_hash enable_partition_pruning enable_partitionwise_aggregate enable_partitionwise_join
   enable_presorted_aggregate enable_self_join_elimination enable_seqscan enable_sort enable_tidscan
   from_collapse_limit geqo geqo_effort geqo_generations geqo_pool_size geqo_seed geqo_selection_bias
   geqo_threshold jit jit_above_cost jit_inline_above_cost jit_optimize_above_cost join_collapse_limit
   min_parallel_index_scan_size min_parallel_table_scan_size parallel_setup_cost parallel_tuple_cost
   plan_cache_mode random_page_cost recursive_worktable_factor seq_page_cost stats_fetch_consistency`,
  // What is logged, and not where
  `debug_pretty_print debug_print_parse debug_print_plan debug_print_rewritten log_autovacuum_min_duration
   log_checkpoints log_connections log_disconnections log_duration log_error_verbosity log_executor_stats
   log_hostname log_lock_failures log_lock_waits log_min_duration_sample log_min_duration_statement
   log_min_error_statement log_min_messages log_parameter_max_length log_parameter_max_length_on_error
   log_parser_stats log_planner_stats log_recovery_conflict_waits log_replication_commands log_startup_progress_interval
   log_statement log_statement_sample_rate log_statement_stats log_temp_files log_transaction_sample_rate
   deadlock_timeout`,
  // Statistics
  `compute_query_id track_activities track_activity_query_size track_counts track_functions track_io_timing`,
  // Defaults of sessions
  `application_name array_nulls backslash_quote bytea_output check_function_bodies client_encoding
   client_min_messages createrole_self_grant datestyle default_tablespace default_text_search_config
   default_toast_compression default_transaction_deferrable default_transaction_isolation
   default_transaction_read_only escape_string_warning event_triggers extra_float_digits
   file_copy_method gin_fuzzy_search_limit gin_pending_list_limit icu_validation_level intervalstyle lc_messages lc_monetary
   lc_numeric lc_time log_timezone operator_precedence_warning quote_all_identifiers
   restrict_nonsystem_relation_kind row_security search_path session_replication_role
   standard_conforming_strings synchronize_seqscans temp_tablespaces timezone timezone_abbreviations
   transform_null_equals xmlbinary xmloption`,
];

const modifiable: ReadonlySet<string> = new Set(THEMES.join(' ').split(/\s+/));

/** Whether users may set this parameter of PostgreSQL. */
export function isModifiable(name: string): boolean {
  return modifiable.has(name);
}
