-- The business tables of the design, as an application on a device has them.
CREATE TABLE local_data (
    id          serial PRIMARY KEY,
    data_value  text,
    updated_at  timestamp DEFAULT now(),
    sync_status text DEFAULT 'pending'
);
CREATE TABLE products (
    id             serial PRIMARY KEY,
    name           text,
    price          numeric,
    version        int DEFAULT 1,
    updated_at     timestamp DEFAULT now(),
    sync_status    text DEFAULT 'pending',
    sync_timestamp timestamp
);
CREATE TABLE orders (
    id           serial PRIMARY KEY,
    user_id      int,
    product_id   int REFERENCES products (id),
    quantity     int,
    total_amount numeric
);
CREATE TABLE sensor_data (
    id          bigserial PRIMARY KEY,
    sensor_id   int,
    value       double precision,
    "timestamp" timestamptz
);
