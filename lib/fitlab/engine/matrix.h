// The product of two matrices.
#pragma once

#include "simd.h"

static double *panel; // room for four columns; see product()

struct matrix {
  double *at;
  int row, column; // element (i, j) is at[i * row + j * column]
};

// c[i][j] = start[i][j] + sum_k a[i][k] b[k][j] for `rows` <= 4 and `columns` <= 4, the sums in
// registers: 8 of them take 16 operations and 6 loads a round. There are 16 registers in a browser
// on most machines; more sums, or two rounds at once, do not fit and take twice as long.
INLINE void block(struct matrix c, struct matrix start, struct matrix a, struct matrix b, int sums,
                  int rows, int columns) {
  int vecs = (columns + 1) / 2;
  vec sum[4][2];
  UNROLL for (int i = 0; i < rows; i++)
    UNROLL for (int j = 0; j < vecs; j++)
      sum[i][j] = start.at ? load(start.at + i * start.row + 2 * j) : both(0);
  for (int k = 0; k < sums; k++, a.at += a.column, b.at += b.row) {
    vec bk[2];
    UNROLL for (int j = 0; j < vecs; j++) bk[j] = load(b.at + 2 * j);
    UNROLL for (int i = 0; i < rows; i++) {
      vec aik = both(a.at[i * a.row]);
      UNROLL for (int j = 0; j < vecs; j++) sum[i][j] += aik * bk[j];
    }
  }
  UNROLL for (int i = 0; i < rows; i++)
    UNROLL for (int j = 0; j < vecs; j++)
      if (2 * j + 1 < columns) store(c.at + i * c.row + 2 * j, sum[i][j]);
      else c.at[i * c.row + 2 * j] = sum[i][j][0];
}

static struct matrix transposed(struct matrix m) {
  return (struct matrix){m.at, m.column, m.row};
}

static struct matrix from(struct matrix m, int i, int j) {
  if (m.at) m.at += i * m.row + j * m.column;
  return m;
}

// Four columns of b, which are contiguous, side by side in `panel`: they are read rows / 4 times.
// Of fewer than four, `width`, the first one is taken again.
static struct matrix side_by_side(struct matrix b, int sums, int width) {
  const double *p[4];
  UNROLL for (int h = 0; h < 4; h++) p[h] = b.at + (h < width ? h : 0) * b.column;
  for (int k = 0; k < sums; k++)
    UNROLL for (int h = 0; h < 4; h++) panel[4 * k + h] = p[h][k];
  return (struct matrix){panel, 4, 1};
}

// Four columns of b, whose rows are contiguous, without what lies between.
static struct matrix close_by(struct matrix b, int sums) {
  for (int k = 0; k < sums; k++)
    UNROLL for (int h = 0; h < 4; h += 2) store(panel + 4 * k + h, load(b.at + k * b.row + h));
  return (struct matrix){panel, 4, 1};
}

// c = start + a b with a (rows, sums) and b (sums, columns). The rows of c and start are
// contiguous, and b's rows or columns. start.at 0 means zeros, start.row 0 the same row every time.
static void product(struct matrix c, struct matrix start, struct matrix a, struct matrix b,
                    int rows, int sums, int columns) {
  for (int j = 0; j < columns; j += 4) {
    int width = columns - j < 4 ? columns - j : 4, i = 0;
    struct matrix strip = from(b, 0, j);
    if (b.column != 1) strip = side_by_side(strip, sums, width);
    else if (rows >= 32 && width == 4) strip = close_by(strip, sums);
#define BLOCKS(R, C) \
  for (; i + R <= rows; i += R) \
    block(from(c, i, j), from(start, i, j), from(a, i, 0), strip, sums, R, C)
    if (width == 4) { BLOCKS(4, 4); BLOCKS(1, 4); }
    else if (width == 3) { BLOCKS(4, 3); BLOCKS(1, 3); }
    else if (width == 2) { BLOCKS(4, 2); BLOCKS(1, 2); }
    else { BLOCKS(4, 1); BLOCKS(1, 1); }
#undef BLOCKS
  }
}

// sum[j] += sum over n rows of d[row][j]
static void add_rows(double *sum, const double *d, int stride, int n, int columns) {
  int j = 0;
  for (; j + 8 <= columns; j += 8) {
    vec s[4];
    UNROLL for (int h = 0; h < 4; h++) s[h] = load(sum + j + 2 * h);
    for (int i = 0; i < n; i++)
      UNROLL for (int h = 0; h < 4; h++) s[h] += load(d + i * stride + j + 2 * h);
    UNROLL for (int h = 0; h < 4; h++) store(sum + j + 2 * h, s[h]);
  }
  for (; j < columns; j++) {
    double s = sum[j];
    for (int i = 0; i < n; i++) s += d[i * stride + j];
    sum[j] = s;
  }
}
