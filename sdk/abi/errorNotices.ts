export const errorNotices: Readonly<Record<string, string>> = {};
