-- The application's tables, on both sides. Replace them by your own.
CREATE TABLE products (
    id    serial PRIMARY KEY,
    name  text NOT NULL,
    price numeric
);

CREATE TABLE orders (
    id         serial PRIMARY KEY,
    product_id int NOT NULL REFERENCES products (id),
    quantity   int NOT NULL
);
