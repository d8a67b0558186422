/* The packages lie outside the folder that is uploaded; tools/miniprogram.py says where. */
const packages = process.env.GONGQIAO_NPM;

module.exports = {
  rootDir: __dirname,
  testMatch: ["<rootDir>/tests/**/*.test.js"],
  testEnvironment: packages + "/node_modules/jest-environment-jsdom",
  modulePaths: [packages + "/node_modules"],
  transform: {},
  cacheDirectory: packages + "/cache",
  restoreMocks: true,
};
