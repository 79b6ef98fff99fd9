CREATE TABLE own_bean (id bigint PRIMARY KEY);
