/** What formulas may refer to: UG USER_ParamValuesRef. */
export interface FormulaVariables {
  /** Bytes of memory of the class. */
  readonly DBInstanceClassMemory: number;
  readonly DBInstanceVCPU: number;
  /** Bytes of storage. */
  readonly AllocatedStorage: number;
  readonly EndPointPort: number;
}

/** Any values: formulas are checked with them before the class of an instance is known. */
export const SAMPLE_VARIABLES: FormulaVariables = {
  DBInstanceClassMemory: 16 * 1024 ** 3,
  DBInstanceVCPU: 4,
  AllocatedStorage: 100 * 1024 ** 3,
  EndPointPort: 5432,
};

/** Longer formulas than anybody needs. A limit keeps the depth of the parser small. */
const MAX_LENGTH = 500;

const TOKEN = /\s*(?:(\d{1,15})|([A-Za-z]+)|(\$?\{)|([-+*/(),}])|([<>]=?|=[<>]))/y;

const FUNCTIONS: Readonly<Record<string, (values: readonly number[]) => number>> = {
  GREATEST: (values) => Math.max(...values),
  LEAST: (values) => Math.min(...values),
  SUM: (values) => values.reduce((sum, value) => sum + value, 0),
};

/** UG USER_ParamValuesRef, "Boolean DB parameter expressions". RDS has no operator for equality. */
const COMPARISONS: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  '>': (left, right) => left > right,
  '<': (left, right) => left < right,
  '>=': (left, right) => left >= right,
  '=>': (left, right) => left >= right,
  '<=': (left, right) => left <= right,
  '=<': (left, right) => left <= right,
};

class NotAFormula extends Error {}

function tokensOf(text: string): string[] {
  if (text.length > MAX_LENGTH) throw new NotAFormula();
  const tokens: string[] = [];
  const end = text.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const match = TOKEN.exec(text);
    if (!match) throw new NotAFormula();
    tokens.push(match[0].trim().replace('$', ''));
  }
  return tokens;
}

/** A parser for one text. Each method takes what it reads off the front of the tokens. */
class Formula {
  readonly #tokens: string[];
  readonly #variables: ReadonlyMap<string, number>;

  constructor(text: string, variables: FormulaVariables) {
    this.#tokens = tokensOf(text);
    this.#variables = new Map(Object.entries(variables));
  }

  /** The whole text: an integer, a formula in braces, or a function of such values. */
  calculate(): number {
    const value = this.#value();
    if (this.#tokens.length > 0) throw new NotAFormula();
    return value;
  }

  /** The whole text: two values with a comparison between them. A value may also be a variable without braces. */
  compare(): boolean {
    const left = this.#operand();
    const operator = this.#tokens.shift() ?? '';
    const compare = Object.hasOwn(COMPARISONS, operator) ? COMPARISONS[operator] : undefined;
    const right = this.#operand();
    if (!compare || this.#tokens.length > 0) throw new NotAFormula();
    return compare(left, right);
  }

  #operand(): number {
    const variable = this.#variables.get(this.#tokens[0] ?? '');
    if (variable !== undefined) this.#tokens.shift();
    const value = Math.trunc(variable ?? this.#value());
    if (!Number.isSafeInteger(value)) throw new NotAFormula();
    return value;
  }

  #take(expected: string): boolean {
    if (this.#tokens[0] !== expected) return false;
    this.#tokens.shift();
    return true;
  }

  #expect(expected: string): void {
    if (!this.#take(expected)) throw new NotAFormula();
  }

  #value(): number {
    if (this.#take('{')) {
      const value = this.#sum();
      this.#expect('}');
      return value;
    }
    if (this.#take('-')) return -this.#value();
    const token = this.#tokens.shift() ?? '';
    if (/^\d/.test(token)) return Number(token);
    // Names of functions are in any case, those of variables are not.
    const name = token.toUpperCase();
    const calculate = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    if (!calculate) throw new NotAFormula();
    this.#expect('(');
    const values = [this.#value()];
    while (this.#take(',')) values.push(this.#value());
    this.#expect(')');
    return calculate(values);
  }

  #sum(): number {
    let value = this.#product();
    for (;;) {
      if (this.#take('+')) value += this.#product();
      else if (this.#take('-')) value -= this.#product();
      else return value;
    }
  }

  /** Quotients and products are cut off to integers, as in RDS. */
  #product(): number {
    let value = this.#factor();
    for (;;) {
      if (this.#take('*')) value = Math.trunc(value * this.#factor());
      else if (this.#take('/')) value = Math.trunc(value / this.#factor());
      else return value;
    }
  }

  #factor(): number {
    if (this.#take('(')) {
      const value = this.#sum();
      this.#expect(')');
      return value;
    }
    if (this.#take('-')) return -this.#factor();
    const token = this.#tokens.shift() ?? '';
    if (/^\d/.test(token)) return Number(token);
    // The logarithm to the base 2.
    if (token === 'log') return Math.log2(this.#factor());
    const value = this.#variables.get(token);
    if (value === undefined) throw new NotAFormula();
    return value;
  }
}

/** Whether a value is a formula, or is meant as one. */
export function looksLikeFormula(value: string): boolean {
  return value.includes('{') || /^\s*(?:GREATEST|LEAST|SUM)\s*\(/i.test(value);
}

function unlessNone<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof NotAFormula) return undefined;
    throw error;
  }
}

/** The integer that the formula gives; undefined for a text that is no formula, and where it divides by zero. */
export function calculate(formula: string, variables: FormulaVariables): number | undefined {
  const value = unlessNone(() => Math.trunc(new Formula(formula, variables).calculate()));
  return Number.isSafeInteger(value) ? value : undefined;
}

/**
 * What a Boolean expression such as `{DBInstanceVCPU} > 2` gives; undefined for a text that is none, and where it divides
 * by zero. RDS documents it with quotation marks around it, which a shell may have taken off.
 */
export function compare(expression: string, variables: FormulaVariables): boolean | undefined {
  const [, quoted] = /^\s*"(.*)"\s*$/.exec(expression) ?? [];
  return unlessNone(() => new Formula(quoted ?? expression, variables).compare());
}
