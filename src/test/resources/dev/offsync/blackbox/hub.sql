-- The business tables of the design on the hub: without the columns that tell how a row stands on its device.
CREATE TABLE local_data (
    id         serial PRIMARY KEY,
    data_value text,
    updated_at timestamp DEFAULT now()
);
CREATE TABLE products (
    id         serial PRIMARY KEY,
    name       text,
    price      numeric,
    version    int DEFAULT 1,
    updated_at timestamp DEFAULT now()
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
