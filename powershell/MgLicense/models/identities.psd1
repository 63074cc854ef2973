# What -InputObject takes: ids by name. How to read this table: see README.md beside it.
# IUsersActionsIdentity is not here: its class is written by hand, since Set-MgUserLicense takes rows through it.
@{
    UsersIdentity                       = @{
        Help = 'Ids that name a user, or something that belongs to a user.'
        Ids  = 'AttachmentBaseId', 'AttachmentSessionId', 'ChecklistItemId', 'DirectoryObjectId', 'ExtensionId', 'LicenseDetailsId', 'LinkedResourceId',
        'OAuth2PermissionGrantId', 'OutlookCategoryId', 'ProfilePhotoId', 'ServiceStorageQuotaBreakdownId', 'SharedInsightId', 'TimeZoneStandard',
        'TodoTaskId', 'TodoTaskListId', 'TrendingId', 'UsedInsightId', 'UserId', 'UserPrincipalName', 'WindowsSettingId', 'WindowsSettingInstanceId'
    }
    GroupsIdentity                      = @{
        Help = 'Ids that name a group, or something that belongs to a group.'
        Ids  = 'AttachmentId', 'ConversationId', 'ConversationThreadId', 'DirectoryObjectId', 'EndDateTime', 'ExtensionId', 'GroupId',
        'GroupLifecyclePolicyId', 'GroupSettingId', 'GroupSettingTemplateId', 'Interval', 'ListId', 'Path', 'PostId', 'ProfilePhotoId',
        'ResourceSpecificPermissionGrantId', 'SiteId', 'StartDateTime', 'UniqueName'
    }
    IdentityDirectoryManagementIdentity = @{
        Help = 'Ids that name a product, a domain, the organization, or something else of the directory.'
        Ids  = 'AdministrativeUnitId', 'AllowedValueId', 'AttributeSetId', 'CertificateAuthorityDetailId', 'CertificateBasedAuthPkiId',
        'CommerceSubscriptionId', 'CompanySubscriptionId', 'ContractId', 'CustomSecurityAttributeDefinitionId', 'DeviceId',
        'DeviceLocalCredentialInfoId', 'DirectoryObjectId', 'DirectoryRoleId', 'DirectoryRoleTemplateId', 'DomainDnsRecordId', 'DomainId', 'DomainName',
        'ExtensionId', 'IdentityProviderBaseId', 'InternalDomainFederationId', 'OnPremisesDirectorySynchronizationId', 'OrgContactId', 'OrganizationId',
        'OrganizationalBrandingLocalizationId', 'ProfileCardPropertyId', 'RoleTemplateId', 'ScopedRoleMembershipId', 'SubscribedSkuId', 'TenantId', 'UserId'
    }
    CalendarIdentity                    = @{
        Help = 'Ids that name a calendar, a place, or something that belongs to one.'
        Ids  = 'AttachmentId', 'CalendarGroupId', 'CalendarId', 'CalendarPermissionId', 'CheckInClaimCalendarEventId', 'EventId', 'ExtensionId',
        'FixtureMapId', 'FootprintMapId', 'GroupId', 'LevelMapId', 'PlaceId', 'RoomId', 'SectionMapId', 'UnitMapId', 'User', 'UserId', 'WorkspaceId'
    }
    ApplicationsIdentity                = @{
        Help = 'Ids that name an application or a service principal.'
        Ids  = 'AppId', 'ApplicationId', 'DirectoryObjectId', 'ServicePrincipalId', 'UniqueName'
    }
}
