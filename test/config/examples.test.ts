import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { exampleEnvironment } from '../../src/config/environment-table.ts'
import { jsonSchemaText } from '../../src/config/json-schema.ts'
import { projectOf } from './sample.ts'

const root = new URL('../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')
const examples = readdirSync(new URL('examples/', root)).filter((file) => file.endsWith('.yaml'))

test.each(examples)('examples/%s is right, and its first line lets editors check it', (file) => {
  const text = read(`examples/${file}`)
  expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=./slipway.schema.json')
  expect(projectOf(text).name).toBe(file.replace('.yaml', ''))
})

test('the example of the product is complete: every key of a project is written out', () => {
  const schema = JSON.parse(jsonSchemaText())
  const keys = Object.keys(schema.properties.projects.additionalProperties.properties)
  const text = read('examples/cloudtolocalllm.yaml')
  expect(keys.filter((key) => !new RegExp(`^ {4}${key}:`, 'm').test(text))).toEqual([])
})

test('the JSON schema is current (npm run schema)', () => {
  expect(read('examples/slipway.schema.json')).toBe(jsonSchemaText())
})

test('every key of the JSON schema says what it is for', () => {
  const silent: string[] = []
  const visit = (node: unknown, path: string): void => {
    if (typeof node !== 'object' || node === null) return
    for (const [key, inner] of Object.entries('properties' in node ? (node.properties as object) : {}))
      if (!('const' in inner) && inner.description === undefined) silent.push(`${path}.${key}`)
    for (const [key, inner] of Object.entries(node)) visit(inner, `${path}.${key}`)
  }
  visit(JSON.parse(jsonSchemaText()), '')
  expect(silent).toEqual([])
})

test('the patterns of the JSON schema mean the same to editors, which read them with the unicode flag', () => {
  const patterns = [...jsonSchemaText().matchAll(/"pattern": (".*")/g)].map((match) => JSON.parse(match[1] ?? '""'))
  expect(patterns.length).toBeGreaterThan(10)
  for (const pattern of patterns) {
    expect(() => new RegExp(pattern, 'u')).not.toThrow()
    expect(pattern).not.toContain('\\p{')
  }
})

test('.env.example is what the table of variables says', () => {
  expect(read('.env.example')).toBe(exampleEnvironment())
})
